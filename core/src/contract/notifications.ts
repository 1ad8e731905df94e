/** An HTTP request by which a cloud tells of something, as it arrived. */
export interface HttpNotification {
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface ReceivedNotification {
  /** For `decode`. */
  raw: unknown;
  /** When the cloud sent it for the first time, in milliseconds since the epoch, if it says so. */
  sentAt?: number;
}
