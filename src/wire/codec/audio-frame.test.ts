import { audioFrameSuite } from '../../../tests/conformance/audio-frame-suite.ts';
import { AudioFrameDecoder } from './audio-frame.ts';
import { decodeServerFrame } from './decode.ts';

audioFrameSuite({ createDecoder: () => new AudioFrameDecoder(), decodeServerFrame });
