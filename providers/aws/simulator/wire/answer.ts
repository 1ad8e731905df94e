/** What goes back. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export const jsonAnswer = (
  status: number,
  type: string,
  value: unknown,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers: { 'content-type': type, ...headers },
  body: JSON.stringify(value),
});
