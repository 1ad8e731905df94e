import { notFound } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import type { JsonService, Method } from '../wire/service.ts';
import { accountName, type ServiceAccount } from './accounts.ts';

type Named = { name: string };

const toJson = (project: Project, { email, displayName, disabled, uniqueId }: ServiceAccount): object => ({
  name: `projects/${project.id}/serviceAccounts/${email}`,
  projectId: project.id,
  uniqueId,
  email,
  ...(displayName && { displayName }),
  etag: 'MDEwMjE5MjA=',
  oauth2ClientId: uniqueId,
  ...(disabled && { disabled }),
});

const last = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** `projects/-` stands for the project that the account's e-mail names. */
const getAccount: Method<Named, object> & { http: string } = {
  http: 'GET /v1/{name=projects/*/serviceAccounts/*}',
  permission: () => 'iam.serviceAccounts.get',
  resource: ({ name }) => (name.startsWith('projects/-/') ? accountName(last(name)) : name),
  handle({ name }, { project }) {
    const account = project.accounts.find(last(name));
    if (!account) throw notFound('Unknown service account');
    return toJson(project, account);
  },
};

const listAccounts: Method<Named, object> & { http: string } = {
  http: 'GET /v1/{name=projects/*}/serviceAccounts',
  permission: () => 'iam.serviceAccounts.list',
  resource: ({ name }) => name,
  handle: (_request, { project }) => ({ accounts: project.accounts.list().map((account) => toJson(project, account)) }),
};

/** `iam.googleapis.com` v1: does this account exist? */
export const accountService: JsonService = {
  name: 'google.iam.admin.v1.IAM',
  methods: { GetServiceAccount: getAccount, ListServiceAccounts: listAccounts },
};
