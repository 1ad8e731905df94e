/** Terraform resources that hold what cannot be made again. */
const kinds = ['google_firestore_database', 'google_kms_key_ring', 'google_kms_crypto_key'];
/** Of a database that is kept: without them it is slow, and refuses lists. */
const ofDatabase = ['google_firestore_index', 'google_firestore_field'];
/** Key rings and keys can never be deleted, and a destroyed version of a key takes every secret with it. */
const neverDestroyed = ['google_kms_key_ring', 'google_kms_crypto_key'];

export function holdsData(type: string): boolean {
  return kinds.includes(type);
}

/** Whether Terraform has to forget it before everything else is destroyed. */
export function isForgotten(type: string, deleteData: boolean): boolean {
  return deleteData ? neverDestroyed.includes(type) : kinds.includes(type) || ofDatabase.includes(type);
}
