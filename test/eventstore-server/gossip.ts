import type * as grpc from '@grpc/grpc-js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { randomUUID } from 'node:crypto';
import { admit, answerFault, meet, type Host, type Reply } from './host.js';

/** A node as its cluster tells of it; clients connect to this address. */
export type Member = {
  host: string;
  port: number;
  state: keyof typeof gossip.MemberInfo.VNodeState;
  alive: boolean;
};

type GossipCall = grpc.ServerUnaryCall<shared.Empty, gossip.ClusterInfo>;
type FeaturesCall = grpc.ServerUnaryCall<shared.Empty, features.SupportedMethods>;

/** Clients with several hosts ask here first. */
export function gossipService(
  host: Host,
  members: () => Member[],
): grpc.UntypedServiceImplementation {
  return {
    read: (call: GossipCall, callback: grpc.sendUnaryData<gossip.ClusterInfo>) => {
      admit(host, call, 'gossip');
      const apply = () => ({ value: encodeMembers(members()) });
      meet(host, call, answerFault(host, 'gossip'), apply, (reply) => send(reply, callback));
    },
  };
}

/** Clients that append without credentials ask here whether BatchAppend is there. */
export function serverFeaturesService(
  host: Host,
  advertisesBatchAppend: boolean,
): grpc.UntypedServiceImplementation {
  const methods = ['read', 'append', 'delete', 'tombstone'];
  if (advertisesBatchAppend) methods.push('batchappend');
  return {
    getSupportedMethods: (
      call: FeaturesCall,
      callback: grpc.sendUnaryData<features.SupportedMethods>,
    ) => {
      admit(host, call, 'serverFeatures');
      const apply = () => ({ value: encodeMethods(methods) });
      const fault = answerFault(host, 'serverFeatures');
      meet(host, call, fault, apply, (reply) => send(reply, callback));
    },
  };
}

function encodeMembers(members: Member[]): gossip.ClusterInfo {
  const list = members.map(({ host, port, state, alive }) => {
    return new gossip.MemberInfo()
      .setInstanceId(new shared.UUID().setString(randomUUID()))
      .setTimeStamp(String(BigInt(Date.now()) * 10_000n))
      .setState(gossip.MemberInfo.VNodeState[state])
      .setIsAlive(alive)
      .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
  });
  return new gossip.ClusterInfo().setMembersList(list);
}

/** Names are told in lower case. */
function encodeMethods(names: string[]): features.SupportedMethods {
  const methods = names.map((name) => {
    return new features.SupportedMethod()
      .setServiceName('event_store.client.streams.streams')
      .setMethodName(name);
  });
  return new features.SupportedMethods()
    .setMethodsList(methods)
    .setEventStoreServerVersion('23.10.8.0');
}

function send<T>(reply: Reply<T>, callback: grpc.sendUnaryData<T>): void {
  if ('refusal' in reply) callback(reply.refusal);
  else callback(null, reply.value);
}
