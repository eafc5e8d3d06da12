// assay-libsignal-node: the official @signalapp/libsignal-client as a target of assay. This file: options.
import { createRequire } from 'node:module';
import { connection } from './serve.mjs';
import { listen } from './listen.mjs';

const LIBRARIES = ['0.23.1', '0.72.1'];
const EXIT_USAGE = 64;

const HELP = `usage: node adapter.mjs [--library VERSION] [--listen unix:PATH|tcp:HOST:PORT]

The official libsignal-client as a target of assay (proto/target.proto). Without --listen it serves one
connection on standard input and output.

  --library VERSION  ${LIBRARIES.join(' (writes version byte 0x33; the default) or ')} (writes 0x34, still X3DH)
  --listen ADDRESS   serve connections there; port 0 lets the kernel choose
  --help             print this

example: assay run --target "exec:node adapters/libsignal-node/adapter.mjs --library 0.23.1"
`;

function usage(problem) {
    process.stderr.write(`adapter.mjs: ${problem}; --help lists the options\n`);
    process.exit(EXIT_USAGE);
}

function parse(args) {
    const options = { library: LIBRARIES[0], listen: null };
    for (let i = 0; i < args.length; i++) {
        const [name, inline] = args[i].split(/=(.*)/s);
        if (name === '--help') {
            process.stdout.write(HELP);
            process.exit(0);
        }
        if (name !== '--library' && name !== '--listen') usage(`unknown option ${args[i]}`);
        const value = inline ?? args[++i];
        if (value === undefined) usage(`${name} wants a value`);
        options[name.slice(2)] = value;
    }
    if (!LIBRARIES.includes(options.library))
        usage(`there is no library ${options.library} here, only ${LIBRARIES.join(' and ')}`);
    return options;
}

const options = parse(process.argv.slice(2));
const library = createRequire(import.meta.url)(`libsignal-${options.library}`);
if (options.listen) listen(options.listen, library, options.library, usage);
else {
    process.stdout.on('error', () => process.exit(1)); // whoever asked is gone
    connection(library, options.library, process.stdin, process.stdout, process.exit);
}
