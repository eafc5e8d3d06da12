// SPDX-License-Identifier: 0BSD
// Serve several connections, each with a state of its own.
import net from 'node:net';
import fs from 'node:fs';

// Null when |address| is none.
export function whereOf(address) {
    if (address.startsWith('unix:')) return { path: address.slice(5) };
    const tcp = /^tcp:(.+):(\d+)$/.exec(address);
    return tcp && { host: tcp[1], port: Number(tcp[2]) };
}

// |serve| takes a stream in, a stream out and what to call at the end.
export function listen(address, place, serve) {
    const server = net.createServer((socket) => {
        socket.on('error', () => socket.destroy());
        serve(socket, socket, () => socket.destroy());
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
