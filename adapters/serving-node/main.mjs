// SPDX-License-Identifier: 0BSD
// An adapter's main program: options, then one connection on standard input and output, or several with --listen.
import { connection } from './serve.mjs';
import { listen, whereOf } from './listen.mjs';

const EXIT_USAGE = 64;

const LISTEN_HELP = `  --listen ADDRESS   serve connections there: unix:PATH or tcp:HOST:PORT;
                     port 0 lets the kernel choose
  --help             print this
`;

function usage(problem) {
    process.stderr.write(`adapter.mjs: ${problem}; --help lists the options\n`);
    process.exit(EXIT_USAGE);
}

function parse(args, { what, choices, choicesHelp }) {
    const options = Object.fromEntries(Object.entries(choices).map(([name, values]) => [name, values[0]]));
    for (let i = 0; i < args.length; i++) {
        const [name, inline] = args[i].split(/=(.*)/s);
        const option = name.replace(/^--/, '');
        if (name === '--help') {
            process.stdout.write(`usage: node adapter.mjs [options]\n\n${what}\n\n${choicesHelp}${LISTEN_HELP}`);
            process.exit(0);
        }
        const isKnown = name === '--listen' || (name.startsWith('--') && Object.hasOwn(choices, option));
        if (!isKnown) usage(`unknown option ${args[i]}`);
        options[option] = inline ?? args[++i];
        if (options[option] === undefined) usage(`${name} wants a value`);
    }
    for (const [name, values] of Object.entries(choices))
        if (!values.includes(options[name]))
            usage(`there is no ${name} ${options[name]} here, only ${values.join(' and ')}`);
    return options;
}

// |what| is the help's first paragraph; |choices| are options with the values they may have, the default first;
// |targetOf| takes them as chosen and gives the target (serve.mjs), or a promise of it; a string instead is what is
// wrong about the choice. |types|: see contract.mjs.
export async function main({ what, choices = {}, choicesHelp = '', types, targetOf }) {
    const options = parse(process.argv.slice(2), { what, choices, choicesHelp });
    const target = await targetOf(options);
    if (typeof target === 'string') usage(target);
    const serve = (input, output, end) => connection(types, target, input, output, end);
    if (options.listen === undefined) {
        process.stdout.on('error', () => process.exit(1)); // whoever asked is gone
        serve(process.stdin, process.stdout, process.exit);
        return;
    }
    const place = whereOf(options.listen);
    if (!place) usage(`${options.listen} is neither unix:PATH nor tcp:HOST:PORT`);
    listen(options.listen, place, serve);
}
