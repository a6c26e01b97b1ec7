import { credentials } from '@grpc/grpc-js';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { randomUUID } from 'node:crypto';
import { encodeStreamName } from './messages.js';

/**
 * Sends one append per stream name over one BatchAppend call and returns every answer. For answers
 * at which the client's own handler throws, such as the second one to the same append.
 */
export async function batchAnswers(
  port: number,
  names: string[],
): Promise<streams.BatchAppendResp[]> {
  const client = new StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = client.batchAppend();
  const answers: streams.BatchAppendResp[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    call.on('data', (answer: streams.BatchAppendResp) => answers.push(answer));
    call.once('end', resolve).once('error', reject);
  });
  for (const name of names) call.write(encodeAppend(name));
  call.end();
  await ended;
  client.close();
  return answers;
}

/** The stream's name is the correlation id too. */
function encodeAppend(name: string): streams.BatchAppendReq {
  const message = new streams.BatchAppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(randomUUID()))
    .setData(Uint8Array.from(Buffer.from('{}')));
  message
    .getMetadataMap()
    .set('type', 'ObservationReported')
    .set('content-type', 'application/json');
  return new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(name))
    .setOptions(
      new streams.BatchAppendReq.Options()
        .setStreamIdentifier(encodeStreamName(name))
        .setNoStream(new shared.Empty()),
    )
    .setProposedMessagesList([message])
    .setIsFinal(true);
}
