/** The body of a response as text, or undefined when it is longer than `limitBytes`: then the rest is not read. */
export async function boundedText(response: Response, limitBytes: number): Promise<string | undefined> {
  const { body } = response;
  if (body === null) return '';
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  let lengthBytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    lengthBytes += value.byteLength;
    if (lengthBytes > limitBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
