import { hash } from 'node:crypto';
import type { ImageReference } from './image-reference.ts';

export interface ImageConfiguration {
  cpu: number;
  memory: number;
  platform: string;
  taskRole?: string;
  executionRole?: string;
}

/** `<name>:<tag>-<8 hex digits>`, as upstream's: the registry is not part of it, so two registries can collide. */
export function imageIdOf({ name, tag }: ImageReference, configuration: ImageConfiguration): string {
  const { cpu, memory, platform, taskRole, executionRole } = configuration;
  const roles = `${taskRole || 'default'}#${executionRole || 'default'}`;
  const digest = hash('sha256', `${name}:${tag}:${cpu}:${memory}:${platform}:${roles}`, 'hex');
  return `${name}:${tag}-${digest.slice(0, 8)}`;
}

/** A tag may end like this too (`app:main-1a2b3c4d`), so this only says where to look first. */
export function looksLikeImageId(reference: string): boolean {
  return /^[^:]+:.*-[0-9a-f]{8}$/i.test(reference);
}
