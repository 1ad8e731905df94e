import type { SecretDocument } from '../contract/collections.ts';
import { isFinal } from '../executions/is-final.ts';
import { bundlePrefix, executionOfBundle } from '../executions/secrets-bundle.ts';
import { allDocuments } from '../store/all-documents.ts';
import type { Check } from './health.ts';
import { examine } from './report.ts';

/** Every secret has a value, every value a secret, and no run that is over has left its values behind. */
export const checkSecrets: Check = async (report, { provider }, call) => {
  const { store, secrets } = provider;
  const status = report.secrets_status;
  // In this order: a document is written before its value.
  const values = new Set(await secrets.list(call));
  const documents = await allDocuments(store, 'secrets', { index: 'all' }, call);
  status.total_secrets = documents.length;
  const describe = (document: SecretDocument) => ({ type: 'secret', id: document.secret_name });
  await examine(report, documents, describe, async ({ secret_name: name }) => {
    // Asked again, because the value may be on its way.
    if (values.has(name) || (await secrets.reveal(name, call)) !== undefined) {
      status.verified_count++;
      return;
    }
    status.missing_count++;
    report.issues.push({
      resource_type: 'secret',
      resource_id: name,
      severity: 'error',
      message: 'it has no value; give it one by updating the secret',
      action: 'requires_manual_intervention',
    });
  });

  const known = new Set(documents.map((document) => document.secret_name));
  const unknown = [...values].filter((name) => !known.has(name));
  const bundles = unknown.filter((name) => name.startsWith(bundlePrefix));
  await examine(
    report,
    bundles,
    (id) => ({ type: 'secret_value', id }),
    async (name) => {
      const execution = await store.get('executions', executionOfBundle(name), call);
      // Without a record the run is being accepted this moment, or never was; then the bundle expires.
      if (!execution || !isFinal(execution.status)) return;
      await secrets.remove(name, call);
      report.reconciled_count++;
      report.issues.push({
        resource_type: 'secret_value',
        resource_id: name,
        severity: 'warning',
        message: 'the run that it belonged to is over; removed',
        action: 'repaired',
      });
    },
  );

  status.orphaned_parameters = unknown.filter((name) => !name.startsWith(bundlePrefix));
  status.orphaned_count = status.orphaned_parameters.length;
  for (const name of status.orphaned_parameters)
    report.issues.push({
      resource_type: 'secret_value',
      resource_id: name,
      severity: 'warning',
      message: 'no secret belongs to this value',
      action: 'reported',
    });
};
