export { exp } from './exp';
export { log } from './log';
export { sigmoid } from './sigmoid';
export { softplus } from './softplus';
export { tanh } from './tanh';
export { cos, sin } from './trig';
