/** A viewer's connection as core sees it; a WebSocket, or the other end of an in-process client. */
export interface ViewerSocket {
  /**
   * Queues text messages, each as text or as its UTF-8 bytes. The same array is given to every viewer of a log, so what a
   * transport makes of it can be made once.
   */
  send(messages: readonly (string | Uint8Array)[]): void;
  /** Bytes queued and not yet taken by the network. */
  readonly bufferedBytes: number;
  /** Resolves when everything queued has been taken, or the socket has closed. */
  drained(): Promise<void>;
  ping(): void;
  close(code: number, reason: string): void;
  /** Aborts when the socket has closed, whoever closed it. */
  readonly closed: AbortSignal;
}
