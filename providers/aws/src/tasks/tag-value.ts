/** A text as the value of a tag, which takes letters, digits, blanks and `_.:/=+-@`, and 256 of them. */
export const tagValue = (text: string): string => text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').slice(0, 256);
