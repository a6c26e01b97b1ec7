// Deliberately wrong: pages take types of the API, never code.
export { wrong } from '../../../libs/domain/src/reads-a-file.js';
