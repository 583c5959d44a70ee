/** Compares the audio of both ends. Pure. */
import type { ConversationLedger } from '../src/simulator/index.ts';
import type { ClientLedger, SentChunk } from './client-ledger.ts';
import { CHUNK_SAMPLES } from './marked-speech.ts';
import type { AudioBalance } from './session-report.ts';
import type { Speech } from './variants.ts';

/** What is kept for a connection that is to come, less the length of a chunk. */
const KEPT_MS = 1_900;

export function audioAudit(client: ClientLedger, server: ConversationLedger, speech: Speech): AudioBalance {
  const times = new Map<string, number>();
  for (const { hashes } of server.audio)
    for (const hash of hashes) times.set(hash, (times.get(hash) ?? 0) + 1);
  // A client that decides on turns sends windows of the stream, in chunks of its own.
  const chunks = speech === 'clientVad' ? [] : client.chunks;
  const missing = chunks.filter(({ hash }) => !times.has(hash));
  const held = missing.filter((chunk) => chunk.isHeld);
  const late = missing.filter((chunk) => !chunk.isHeld && fellIntoAGap(client, chunk));
  // What the service takes and forgets is in its ledger of faults, one message each.
  const ignored = server.faults.filter(({ fault }) => fault.type === 'ignoredMessage').length;
  const swallowed = Math.min(ignored, missing.length - held.length - late.length);
  const reached = chunks.filter(({ hash }) => times.has(hash));
  const sentSamples = client.chunks.length * CHUNK_SAMPLES;
  const serverSamples = server.audio.reduce((sum, { samples }) => sum + samples, 0);
  return {
    upSamples: sentSamples,
    serverSamples,
    againSamples: reached.reduce((sum, { hash }) => sum + ((times.get(hash) ?? 1) - 1) * CHUNK_SAMPLES, 0),
    heldSamples: held.length * CHUNK_SAMPLES,
    lateSamples: late.length * CHUNK_SAMPLES,
    gatedSamples: speech === 'clientVad' ? Math.max(0, sentSamples - serverSamples) : 0,
    swallowedSamples: swallowed * CHUNK_SAMPLES,
    unexplainedSamples: (missing.length - held.length - late.length - swallowed) * CHUNK_SAMPLES,
    downSentBytes: [...client.serverAudioBytes.values()].reduce((sum, bytes) => sum + bytes, 0),
    downHeardBytes: client.audioBytes,
  };
}

/** It waited longer for a connection than audio is kept. */
function fellIntoAGap({ rotations }: ClientLedger, { atMs }: SentChunk): boolean {
  return rotations.some((rotation) => {
    const sinceMs = rotation.atMs - rotation.gapMs;
    return rotation.atMs - atMs >= KEPT_MS && atMs >= sinceMs - 100 && atMs <= rotation.atMs;
  });
}
