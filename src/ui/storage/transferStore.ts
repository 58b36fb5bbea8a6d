import { create } from 'zustand';

/** A zip that is being written or read. */
export interface Transfer {
  readonly kind: 'export' | 'import';
  /** Of the run, or of the file. */
  readonly name: string;
  /** 0–1 */
  readonly share: number;
  readonly startedAtMs: number;
  cancel(): void;
}

interface TransferStore {
  /** One at a time. It goes on while other screens are looked at. */
  readonly transfer: Transfer | null;
  begin(transfer: Omit<Transfer, 'share'>): void;
  progressed(share: number): void;
  end(): void;
}

export const useTransfer = create<TransferStore>()((set) => ({
  transfer: null,
  begin: (transfer) => set({ transfer: { ...transfer, share: 0 } }),
  progressed: (share) => set(({ transfer }) => ({ transfer: transfer && { ...transfer, share } })),
  end: () => set({ transfer: null }),
}));
