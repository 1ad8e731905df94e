import { mapBounded } from '../concurrency/map-bounded.ts';
import type { SecretDocument } from '../contract/collections.ts';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { CallOptions, Provider } from '../contract/plugin.ts';
import { bundlePrefix } from '../executions/secrets-bundle.ts';
import type { SecretStore } from '../services.ts';
import { allDocuments } from '../store/all-documents.ts';
import { revealEnvironment } from './reveal-environment.ts';

export interface SecretsDependencies {
  provider: Pick<Provider, 'store' | 'secrets'>;
  now(): number;
}

const revealsAtOnce = 8;

/** Secrets: a document each in the store, a value each in the provider's vault. The document decides whether there is one. */
export function createSecrets({ provider, now }: SecretsDependencies): SecretStore {
  const { store, secrets } = provider;

  async function find(name: string, call: CallOptions): Promise<SecretDocument> {
    const document = await store.get('secrets', name, call);
    if (!document) throw notFound();
    return document;
  }

  async function insert(document: SecretDocument, call: CallOptions): Promise<void> {
    try {
      await store.insert('secrets', document, call);
    } catch (error) {
      if (!isRunvoyError(error, 'CONFLICT')) throw error;
      throw new RunvoyError('SECRET_ALREADY_EXISTS', 'secret already exists', {
        field: 'name',
        remedy: 'Update the secret to change its value, or choose another name.',
      });
    }
  }

  return {
    find: (name, context) => find(name, context),

    async list(context, { values = true } = {}) {
      const documents = await allDocuments(store, 'secrets', { index: 'all' }, context);
      if (!values) return documents;
      // A value that cannot be read is left out: one broken secret must not hide the others.
      return mapBounded(documents, revealsAtOnce, async (document) => {
        const value = await secrets.reveal(document.secret_name, context).catch(() => undefined);
        return { ...document, ...(value !== undefined && { value }) };
      });
    },

    async get(name, context) {
      const document = await find(name, context);
      const value = await secrets.reveal(name, context);
      return { ...document, ...(value !== undefined && { value }) };
    },

    async create({ name, keyName, value, description = '' }, { principal, requestId }) {
      if (name.startsWith(bundlePrefix))
        throw new RunvoyError('INVALID_REQUEST', `names that start with ${bundlePrefix} are reserved`, {
          field: 'name',
          remedy: 'Choose another name.',
        });
      const call = { requestId };
      const time = now();
      const document: SecretDocument = {
        secret_name: name,
        key_name: keyName,
        description,
        created_by: principal.email,
        owned_by: [principal.email],
        created_at: time,
        updated_at: time,
        updated_by: principal.email,
        created_by_request_id: requestId,
        modified_by_request_id: requestId,
      };
      // The document takes the name; the value of a secret that exists is never touched.
      await insert(document, call);
      try {
        await secrets.put(name, value, {}, call);
      } catch (error) {
        // The value may have been written all the same. It goes before the document, while the name is still taken.
        await secrets.remove(name, call).catch(() => undefined);
        await store.remove('secrets', name, call).catch(() => undefined);
        throw error;
      }
      return document;
    },

    async update(name, { keyName, value, description }, { principal, requestId }) {
      const call = { requestId };
      const before = await find(name, call);
      // An empty text keeps what is there.
      const set = {
        updated_at: now(),
        updated_by: principal.email,
        modified_by_request_id: requestId,
        ...(keyName && { key_name: keyName }),
        ...(description && { description }),
      };
      const updated = await store.update('secrets', name, { set }, call);
      if (!updated) throw notFound();
      if (!value) return updated;
      try {
        await secrets.put(name, value, {}, call);
      } catch (error) {
        const { key_name, description, updated_at, updated_by, modified_by_request_id } = before;
        const restored = { key_name, description, updated_at, updated_by, modified_by_request_id };
        const when = { modified_by_request_id: requestId };
        await store.update('secrets', name, { set: restored, when }, call).catch(() => undefined);
        throw error;
      }
      return updated;
    },

    async remove(name, { requestId }) {
      const call = { requestId };
      await find(name, call);
      // The value goes while the document still takes the name: nobody's new value can be hit, and a failure can be repeated.
      await secrets.remove(name, call);
      await store.remove('secrets', name, call);
    },

    reveal: (names, context) => revealEnvironment(provider, names, revealsAtOnce, context),
  };
}

function notFound(): RunvoyError {
  return new RunvoyError('SECRET_NOT_FOUND', 'secret not found', {
    field: 'name',
    remedy: 'Check the name, or create the secret.',
  });
}
