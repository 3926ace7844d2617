export function findElectron(): string | null;
export function fetchElectron(): { path: string } | { path: null; reason: string };
