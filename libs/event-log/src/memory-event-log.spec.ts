import { eventLogContract } from './contract/event-log-contract.js';
import { MemoryEventLog } from './memory-event-log.js';

eventLogContract('The memory engine', {
  open: async (clock) => new MemoryEventLog({ clock }),
});
