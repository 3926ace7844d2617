export function withLock<T>(folder: string, work: () => Promise<T> | T, onWait?: () => void): Promise<T>;
