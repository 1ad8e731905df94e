/** A Terraform provider's schema, as far as deploy/*.tf uses it. */
export interface ProviderSchema {
  /** Where it is from. */
  source: string;
  resources: Record<string, Block>;
  dataSources: Record<string, Block>;
}

export type Block = Record<string, Attribute>;

export interface Attribute {
  required?: true;
  /** The provider says it, nobody sets it. */
  computed?: true;
  /** A type as Terraform's protocol writes it, e.g. `string`, `["list","string"]`. Absent for a block. */
  type?: unknown;
  block?: Block;
  /** A block that may stand there several times. */
  many?: true;
}
