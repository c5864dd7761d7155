import type { Message } from '@bbb/serve';

/** The messages of an event stream, in order, until the reader stops. */
export async function* messagesOf(url: string): AsyncGenerator<Message> {
  const response = await fetch(url);
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body!) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const message = messageOf(text.slice(0, end));
      text = text.slice(end + 2);
      if (message) yield message;
    }
  }
}

/** Returns undefined for a comment or a setting of the stream. */
function messageOf(block: string): Message | undefined {
  const [, type, data] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
  return type === undefined ? undefined : ({ type, ...(JSON.parse(data!) as object) } as Message);
}
