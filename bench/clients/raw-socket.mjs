/** A text of the user, as the official client writes it. */
export function userTurn(text) {
  const turns = [{ role: 'user', parts: [{ text }] }];
  return JSON.stringify({ clientContent: { turns, turnComplete: true } });
}

/** Opens a `ws` socket, sends the setup, and hands over every message after `setupComplete`. */
export function openRawSocket(WebSocket, url, onMessage) {
  const path = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent';
  const socket = new WebSocket(url.replace('http', 'ws') + path, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => {
      socket.send(JSON.stringify({ setup: { model: 'models/bench' } }));
      socket.once('message', () => {
        socket.on('message', onMessage);
        resolve(socket);
      });
    });
  });
}
