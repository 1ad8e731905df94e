import type { CallOptions } from './plugin.ts';

/** Something about a deployment that is not as it must be for runvoy to work. */
export interface PlumbingFinding {
  /** What kind of thing, e.g. `log_sink`. */
  type: string;
  id: string;
  message: string;
  /** `error`: runs or their output get lost or stay unfinished because of it. */
  severity: 'error' | 'warning';
  /** It has just been put right. */
  repaired: boolean;
}

/**
 * What connects the parts of a deployment, and that no other facet touches: how the cloud's notifications reach us, what makes
 * data expire, what is left over.
 */
export interface Plumbing {
  /** Looks at all of it and repairs what can be repaired without losing anything. What is in order is not told of. */
  check(call?: CallOptions): Promise<PlumbingFinding[]>;
}
