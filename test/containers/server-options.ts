/**
 * Options of the database server that its containers may be given, in the spelling of 23.10.
 * Source: `ClusterVNodeOptions` of the server (src/EventStore.Core/ClusterVNodeOptions.cs, release
 * line 23.10); a variable is `EVENTSTORE_` and the option's name in upper snake case. The server
 * ends at start when it meets a name that it does not know. Left out on purpose: options that 23.10
 * marks as deprecated (ExtIp, IntIp, HttpPort, AdvertiseHttpPortToClientAs …), which the releases
 * after 24.10 refuse, and those that let go of durability or of rights (MemDb,
 * UnsafeDisableFlushToDisk, AllowAnonymousStreamAccess …).
 */
const options = [
  'AdvertiseHostToClientAs',
  'AdvertiseNodePortToClientAs',
  'CertificateFile',
  'CertificatePassword',
  'CertificatePrivateKeyFile',
  'CertificatePrivateKeyPassword',
  'CertificateReservedNodeCommonName',
  'ChunksCacheSize',
  'ClusterDns',
  'ClusterGossipPort',
  'ClusterSize',
  'Db',
  'DefaultAdminPassword',
  'DefaultOpsPassword',
  'DisableAdminUi',
  'DisableLogFile',
  'DiscoverViaDns',
  'GossipAllowedDifferenceMs',
  'GossipIntervalMs',
  'GossipSeed',
  'GossipTimeoutMs',
  'Index',
  'Insecure',
  'KeepAliveInterval',
  'KeepAliveTimeout',
  'LogConsoleFormat',
  'LogFailedAuthenticationAttempts',
  'LogLevel',
  'MaxAppendSize',
  'NodeHostAdvertiseAs',
  'NodeIp',
  'NodePort',
  'NodePortAdvertiseAs',
  'NodePriority',
  'ReadOnlyReplica',
  'ReaderThreadsCount',
  'ReplicationHeartbeatInterval',
  'ReplicationHeartbeatTimeout',
  'ReplicationHostAdvertiseAs',
  'ReplicationIp',
  'ReplicationPort',
  'ReplicationTcpPortAdvertiseAs',
  'RunProjections',
  'StatsPeriodSec',
  'StreamExistenceFilterSize',
  'StreamInfoCacheCapacity',
  'TelemetryOptout',
  'TrustedRootCertificatesPath',
  'WorkerThreads',
  'WriteTimeoutMs',
];

export const serverVariables: ReadonlySet<string> = new Set(
  options.map(
    (option) => `EVENTSTORE_${option.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}`,
  ),
);
