/** Whether a document fulfils an update's `when`. */
export function holds(condition: object | undefined, document: object): boolean {
  if (!condition) return true;
  const fields = document as Record<string, unknown>;
  return Object.entries(condition).every(([field, wanted]) => {
    const value = fields[field];
    if (wanted === null) return value === undefined;
    if (Array.isArray(wanted)) return wanted.includes(value);
    return wanted === undefined || value === wanted;
  });
}
