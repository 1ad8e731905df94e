/** The account that an ARN belongs to. */
export const accountOf = (arn: string): string | undefined => /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):/.exec(arn)?.[1];

/** Images name roles as upstream does: by their name, in the account of the deployment. */
export const roleArn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
