import { once } from 'node:events';
import net from 'node:net';

/** A loopback server that does not speak PostgreSQL's protocol. */
export interface Listener {
  readonly port: number;
  readonly close: () => void;
}

/** A listener that passes each connection to `answer`. */
export async function listener(answer: (socket: net.Socket) => void): Promise<Listener> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    answer(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
