import { Server, ServerCredentials, type ConnectionInjector } from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { createServer, type Server as Listener, type Socket } from 'node:net';
import { Calls } from './calls.js';
import { Faults, type Ending } from './faults.js';
import { gossipService, serverFeaturesService, type Member } from './gossip.js';
import type { Caller, Credentials, Host, Running } from './host.js';
import { refusals } from './status.js';
import { EventStoreModel } from './store.js';
import { streamsService } from './streams-service.js';

export type ServerOptions = {
  /** What it serves; given to a second server on the same port it is "gone and back". */
  store?: EventStoreModel;
  /** Default 0: a free one. */
  port?: number;
  /** Calls without this authorization header are refused; clients send it over TLS only. */
  credentials?: Credentials;
  /** PEM texts. */
  tls?: { key: string; certificate: string };
  /** False plays a server before 21.10, which knows Append only. Default true. */
  batchAppend?: boolean;
};

/** A server that speaks the protocol of EventStoreDB in this process; its state is in memory. */
export class EventStoreServer {
  readonly store: EventStoreModel;
  readonly faults: Faults;
  readonly calls: Calls;
  readonly port: number;
  /** What gossip tells; at first this server alone, as the leader. */
  members: Member[];
  readonly #host: Host;
  readonly #connections: Connections;
  readonly #rpc: Server;
  readonly #isSecure: boolean;

  private constructor(host: Host, connections: Connections, rpc: Server, isSecure: boolean) {
    this.#host = host;
    this.#connections = connections;
    this.#rpc = rpc;
    this.#isSecure = isSecure;
    this.store = host.store;
    this.faults = host.faults;
    this.calls = host.calls;
    this.port = connections.port;
    this.members = [{ host: '127.0.0.1', port: this.port, state: 'LEADER', alive: true }];
  }

  /** Resolves when it listens on 127.0.0.1; rejects when the port is taken. */
  static async start(options: ServerOptions = {}): Promise<EventStoreServer> {
    const {
      store = new EventStoreModel(),
      port = 0,
      credentials,
      tls,
      batchAppend = true,
    } = options;
    const connections = new Connections();
    const host: Host = {
      store,
      faults: new Faults(),
      calls: new Calls(),
      credentials,
      subscriptions: new Set<Running>(),
      reset: (call) => connections.reset(call),
    };
    let server: EventStoreServer | undefined;
    const rpc = new Server();
    rpc.addService(StreamsService, streamsService(host));
    rpc.addService(ServerFeaturesService, serverFeaturesService(host, batchAppend));
    rpc.addService(
      GossipService,
      gossipService(host, () => server?.members ?? []),
    );
    const serverCredentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [
            { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) },
          ]);
    await connections.listen(port, rpc.createConnectionInjector(serverCredentials));
    server = new EventStoreServer(host, connections, rpc, tls !== undefined);
    return server;
  }

  /** The connection string without credentials; over TLS the reader adds its own CA file. */
  get url(): string {
    const host = this.#isSecure ? 'localhost' : '127.0.0.1';
    return `esdb://${host}:${this.port}?tls=${this.#isSecure}`;
  }

  /** Ends every subscription that runs now; default is what a server says that shuts down. */
  dropSubscriptions(ending: Ending = refusals.unavailable()): void {
    for (const subscription of this.#host.subscriptions) subscription.finish(ending);
  }

  /** Tears every connection; the server goes on and takes new ones. */
  resetConnections(): void {
    this.#connections.resetAll();
  }

  /** Tears everything at once, as a killed process does; the store stays. */
  async stop(): Promise<void> {
    await this.#connections.close();
    this.#rpc.forceShutdown();
  }
}

/** The listening socket is ours, so that single connections can be torn. */
class Connections {
  readonly #sockets = new Set<Socket>();
  #listener: Listener | undefined;
  #injector: ConnectionInjector | undefined;
  port = 0;

  async listen(port: number, injector: ConnectionInjector): Promise<void> {
    this.#injector = injector;
    const listener = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      injector.injectConnection(socket);
    });
    this.#listener = listener;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, '127.0.0.1', resolve);
    });
    const address = listener.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  reset(call: Caller): void {
    const peer = call.getPeer();
    for (const socket of this.#sockets) {
      if (`${socket.remoteAddress}:${socket.remotePort}` === peer) socket.resetAndDestroy();
    }
  }

  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    const listener = this.#listener;
    const closed = new Promise<void>((resolve) => {
      if (listener === undefined) resolve();
      else listener.close(() => resolve());
    });
    this.resetAll();
    this.#injector?.destroy();
    await closed;
  }
}
