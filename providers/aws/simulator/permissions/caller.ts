/** Who signs a request, by its access key. */
export interface Caller {
  accessKeyId: string;
  secretAccessKey: string;
  /** Names of the IAM roles whose grants hold for it; `administrator` needs none. */
  roles: readonly string[];
  administrator: boolean;
  /** As refusals call it. */
  arn: string;
}
