import type { Transport } from '../transport/transport.ts';
import { webSocketTransport } from './web-socket-transport.ts';

/** The default transport of Bun and Deno, whose WebSocket takes headers. */
export const websocketTransport: Transport = webSocketTransport(true);
