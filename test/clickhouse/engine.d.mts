export interface Engine {
  readonly url: string;
  readonly path: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}
export function installEngine(): boolean;
export function startEngine(path?: string): Promise<Engine>;
