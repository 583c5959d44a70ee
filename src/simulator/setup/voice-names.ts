/** The prebuilt voices (spec: wire §6), with how each sounds here: a lower or a higher speaker. */
export type VoiceRegister = 'low' | 'high';

const voices: Readonly<Record<string, VoiceRegister>> = {
  zephyr: 'high',
  puck: 'low',
  charon: 'low',
  kore: 'high',
  fenrir: 'low',
  leda: 'high',
  orus: 'low',
  aoede: 'high',
  callirrhoe: 'high',
  autonoe: 'high',
  enceladus: 'low',
  iapetus: 'low',
  umbriel: 'low',
  algieba: 'low',
  despina: 'high',
  erinome: 'high',
  algenib: 'low',
  rasalgethi: 'low',
  laomedeia: 'high',
  achernar: 'high',
  alnilam: 'low',
  schedar: 'low',
  gacrux: 'high',
  pulcherrima: 'high',
  achird: 'low',
  zubenelgenubi: 'low',
  vindemiatrix: 'high',
  sadachbia: 'low',
  sadaltager: 'low',
  sulafat: 'high',
};

/** Whether the service has a prebuilt voice of this name, in any case. */
export function isVoiceName(name: string): boolean {
  return Object.hasOwn(voices, name.toLowerCase());
}

/** How a voice sounds; unnamed and unknown voices are high. */
export function voiceRegister(name: string | undefined): VoiceRegister {
  return (name === undefined ? undefined : voices[name.toLowerCase()]) ?? 'high';
}
