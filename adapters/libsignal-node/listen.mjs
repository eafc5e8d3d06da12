// Serve several connections, each with a state of its own.
import net from 'node:net';
import fs from 'node:fs';
import { connection } from './serve.mjs';

function where(address) {
    if (address.startsWith('unix:')) return { path: address.slice(5) };
    const tcp = /^tcp:(.+):(\d+)$/.exec(address);
    return tcp && { host: tcp[1], port: Number(tcp[2]) };
}

export function listen(address, library, version, usage) {
    const place = where(address);
    if (!place) usage(`${address} is neither unix:PATH nor tcp:HOST:PORT`);
    const server = net.createServer((socket) => {
        socket.on('error', () => socket.destroy());
        connection(library, version, socket, socket, () => socket.destroy());
    });
    server.on('error', (error) => {
        process.stderr.write(`adapter.mjs: ${address}: ${error.message}\n`);
        process.exit(1);
    });
    server.listen(place, () => {
        const port = place.path ? '' : server.address().port;
        process.stdout.write(`listening ${place.path ? address : `tcp:${place.host}:${port}`}\n`);
    });
    for (const signal of ['SIGINT', 'SIGTERM'])
        process.on(signal, () => {
            if (place.path) fs.rmSync(place.path, { force: true });
            process.exit(0);
        });
}
