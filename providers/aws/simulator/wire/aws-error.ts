/** A refusal as the service words it. `type` is the error's name on the wire, e.g. `ClientException`. */
export class AwsError extends Error {
  readonly type: string;
  readonly status: number;
  /** Further members of the error's shape, e.g. `resourceIds` of a ConflictException. */
  readonly members: Record<string, unknown>;

  constructor(type: string, message: string, status = 400, members: Record<string, unknown> = {}) {
    super(message);
    this.name = 'AwsError';
    this.type = type;
    this.status = status;
    this.members = members;
  }
}
