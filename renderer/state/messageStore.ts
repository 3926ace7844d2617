import { createStore } from 'zustand/vanilla';
import type { HealthSeverity } from '../../shared/records.ts';

export interface Message {
  /** Same key, same message: a newer one replaces it instead of piling up. */
  key: string;
  severity: HealthSeverity;
  text: string;
  /** What "Copy details" gives; absent where the text says everything. */
  details?: string;
}

export interface MessageState {
  /** What the message bar shows, oldest first; a message stays until it is dismissed or its trace is replaced. */
  messages: Message[];
  show(message: Message): void;
  dismiss(key: string): void;
  /** Removes the messages whose key starts with the prefix. */
  clear(prefix?: string): void;
}

export function createMessageStore() {
  return createStore<MessageState>()((set) => ({
    messages: [],
    show: (message) => set((s) => ({ messages: [...s.messages.filter((m) => m.key !== message.key), message] })),
    dismiss: (key) => set((s) => ({ messages: s.messages.filter((m) => m.key !== key) })),
    clear: (prefix = '') => set((s) => ({ messages: s.messages.filter((m) => !m.key.startsWith(prefix)) })),
  }));
}
