import { failedPrecondition, notFound } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { rfc3339 } from '../cloud/time.ts';
import type { JsonService, Method } from '../wire/service.ts';

type Named = { name: string };

const key = 'projects/*/locations/*/keyRings/*/cryptoKeys/*';

const getKey: Method<Named, object> & { http: string } = {
  http: `GET /v1/{name=${key}}`,
  permission: () => 'cloudkms.cryptoKeys.get',
  resource: ({ name }) => name,
  handle({ name }, { project }) {
    const { enabled } = find(project, name);
    const time = rfc3339(project.cloud.clock.now());
    return {
      name,
      primary: { name: `${name}/cryptoKeyVersions/1`, state: enabled ? 'ENABLED' : 'DISABLED', createTime: time },
      purpose: 'ENCRYPT_DECRYPT',
      createTime: time,
    };
  },
};

/** Reversible by anybody: what it proves is that the key is there, enabled, and open to the caller. */
const encrypt: Method<Named & { plaintext?: string }, object> & { http: string } = {
  http: `POST /v1/{name=${key}}:encrypt`,
  permission: () => 'cloudkms.cryptoKeyVersions.useToEncrypt',
  resource: ({ name }) => name,
  handle({ name, plaintext = '' }, { project }) {
    usable(project, name);
    return { name: `${name}/cryptoKeyVersions/1`, ciphertext: Buffer.from(`${name} ${plaintext}`).toString('base64') };
  },
};

const decrypt: Method<Named & { ciphertext?: string }, object> & { http: string } = {
  http: `POST /v1/{name=${key}}:decrypt`,
  permission: () => 'cloudkms.cryptoKeyVersions.useToDecrypt',
  resource: ({ name }) => name,
  handle({ name, ciphertext = '' }, { project }) {
    usable(project, name);
    const [by, plaintext = ''] = Buffer.from(ciphertext, 'base64').toString().split(' ');
    if (by !== name) throw failedPrecondition('Decryption failed: the ciphertext was not encrypted with this key.');
    return { plaintext };
  },
};

/** `cloudkms.googleapis.com` v1. */
export const kmsService: JsonService = {
  name: 'google.cloud.kms.v1.KeyManagementService',
  methods: { GetCryptoKey: getKey, Encrypt: encrypt, Decrypt: decrypt },
};

function find(project: Project, name: string): { enabled: boolean } {
  const found = project.kms.get(name);
  if (!found) throw notFound(`CryptoKey ${name} not found.`);
  return found;
}

function usable(project: Project, name: string): void {
  if (!find(project, name).enabled)
    throw failedPrecondition(`${name}/cryptoKeyVersions/1 is not enabled, current state is: DISABLED.`);
}
