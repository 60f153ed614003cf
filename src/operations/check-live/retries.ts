/** How often a busy database, or one whose schema changes, is read again by default. */
export const RETRIES = 5;
