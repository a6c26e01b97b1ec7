import { checkStreamName, STREAM_CATEGORIES } from '@ledger/event-log';

/** What the name of a stream on the server tells. */
export type NameOnServer =
  | { kind: 'ledger'; stream: string }
  /** The metadata stream of a ledger stream: nothing of the ledger ever writes there. */
  | { kind: 'metadata'; stream: string }
  | { kind: 'other' };

const METADATA = '$$';

/**
 * How the ledger's streams are called on the server: by their own names, after a prefix where one
 * server holds several ledgers.
 */
export class StreamNames {
  constructor(private readonly prefix: string) {}

  onServer(stream: string): string {
    return `${this.prefix}${stream}`;
  }

  metadataOf(stream: string): string {
    return `${METADATA}${this.prefix}${stream}`;
  }

  read(name: string): NameOnServer {
    const isMetadata = name.startsWith(METADATA);
    const rest = isMetadata ? name.slice(METADATA.length) : name;
    if (!rest.startsWith(this.prefix)) return { kind: 'other' };
    const stream = rest.slice(this.prefix.length);
    try {
      checkStreamName(stream);
    } catch {
      return { kind: 'other' };
    }
    return { kind: isMetadata ? 'metadata' : 'ledger', stream };
  }

  /** Prefixes that let through every stream of the ledger, and what is written about them. */
  filter(): string[] {
    const ours = STREAM_CATEGORIES.map((category) => this.onServer(`${category}-`));
    return [...ours, ...ours.map((prefix) => `${METADATA}${prefix}`)];
  }
}
