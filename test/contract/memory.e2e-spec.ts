import { eventLogContract, MemoryEventLog } from '@ledger/event-log';

let log: MemoryEventLog;

eventLogContract('The memory engine', {
  open: async (clock) => {
    log = new MemoryEventLog({ clock });
    return log;
  },
  reopen: async (clock) => {
    log = new MemoryEventLog({ clock, continues: log });
    return log;
  },
});
