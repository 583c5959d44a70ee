import type { Transport } from '../transport/transport.ts';
import { webSocketTransport } from './web-socket-transport.ts';

/** The default transport of browsers and workers: no headers, so credentials go where the protocol takes them. */
export const websocketTransport: Transport = webSocketTransport(false);
