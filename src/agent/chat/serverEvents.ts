/**
 * Reads a stream of server-sent events (WHATWG HTML, section 9.2.6) as it arrives, however it was cut into pieces: in the
 * middle of a line, of `\r\n`, of a character. Comments, which servers send to keep a connection alive, tell nothing.
 */
export class EventReader {
  private readonly decoder = new TextDecoder(); // drops a byte order mark, as the standard wants
  private rest = '';
  private data: string[] = [];

  /** The data of each event that is complete now. */
  push(bytes: Uint8Array): string[] {
    return this.read(this.decoder.decode(bytes, { stream: true }), false);
  }

  /** The data of an event whose blank line never came: some servers forget the last one. */
  end(): string[] {
    return this.read(`${this.decoder.decode()}\n\n`, true);
  }

  private read(text: string, isEnd: boolean): string[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/u);
    // A `\r` at the very end may be half of `\r\n`: it waits, with the line that it ends.
    this.rest = isEnd ? '' : (lines.pop() ?? '');
    const events: string[] = [];
    for (const line of lines) {
      if (line === '') {
        if (this.data.length > 0) events.push(this.data.join('\n'));
        this.data = [];
      } else if (line.startsWith('data:')) this.data.push(line.slice('data:'.length).replace(/^ /u, ''));
    }
    return events;
  }
}
