// The camera: which one, its light and its zoom, and frames as pixels.

/** Why there is no picture: a word of the app. */
export type CameraFault = "denied" | "noCamera" | "cameraBusy" | "insecure";

interface Zoom {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

interface PhoneCapabilities extends MediaTrackCapabilities {
  readonly torch?: boolean;
  readonly zoom?: Zoom;
}

export class Camera {
  hasTorch = false;
  zoom: Zoom | null = null;
  /** Cameras that the phone has, as far as the browser tells. */
  cameras: readonly string[] = [];
  private stream: MediaStream | null = null;
  private starting: Promise<CameraFault | null> | null = null;
  private chosen: string | null = null;
  private readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d", { willReadFrequently: true });

  /** @param ended called when the picture stops by itself: another app took the camera. */
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly ended: () => void,
  ) {}

  /** Whether the picture may start without asking. */
  static async isGranted(): Promise<boolean> {
    try {
      return (await navigator.permissions.query({ name: "camera" as PermissionName })).state === "granted";
    } catch {
      return false; // a browser that does not tell
    }
  }

  /** Call back once the reader allows the camera, in the settings of the site for instance. */
  static async whenGranted(granted: () => void): Promise<void> {
    try {
      const status = await navigator.permissions.query({ name: "camera" as PermissionName });
      status.addEventListener("change", () => status.state === "granted" && granted());
    } catch {
      // A browser that does not tell: the button is there.
    }
  }

  get isOn(): boolean {
    return this.stream !== null;
  }

  /** Show the picture. Returns why it does not, or null. Who asks meanwhile waits for the same. */
  start(): Promise<CameraFault | null> {
    this.starting ??= this.open().finally(() => {
      this.starting = null;
    });
    return this.starting;
  }

  private async open(): Promise<CameraFault | null> {
    if (!navigator.mediaDevices?.getUserMedia) {
      return "insecure";
    }
    this.stop();
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          width: { ideal: 1280 },
          height: { ideal: 720 },
          ...(this.chosen ? { deviceId: { exact: this.chosen } } : { facingMode: { ideal: "environment" } }),
        },
      });
    } catch (error) {
      return faultOf(error);
    }
    const [track] = this.stream.getVideoTracks();
    track?.addEventListener("ended", () => {
      this.stop();
      this.ended();
    });
    const can = (track?.getCapabilities?.() ?? {}) as PhoneCapabilities;
    this.hasTorch = can.torch === true;
    this.zoom = can.zoom && can.zoom.max > can.zoom.min ? can.zoom : null;
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => undefined);
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.cameras = devices.flatMap(({ kind, deviceId }) =>
      kind === "videoinput" && deviceId ? [deviceId] : [],
    );
    this.chosen = track?.getSettings().deviceId ?? null;
    return null;
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  async useNext(): Promise<CameraFault | null> {
    const at = this.cameras.indexOf(this.chosen ?? "");
    this.chosen = this.cameras[(at + 1) % this.cameras.length] ?? null;
    return this.start();
  }

  async setTorch(isOn: boolean): Promise<void> {
    await this.apply({ torch: isOn });
  }

  async setZoom(value: number): Promise<void> {
    await this.apply({ zoom: value });
  }

  /** The frame that is shown, as pixels; null while there is none. */
  frame(): ImageData | null {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!this.stream || !this.context || width === 0) {
      return null;
    }
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.context.drawImage(this.video, 0, 0);
    return this.context.getImageData(0, 0, width, height);
  }

  private async apply(constraint: object): Promise<void> {
    const [track] = this.stream?.getVideoTracks() ?? [];
    await track?.applyConstraints({ advanced: [constraint] }).catch(() => undefined);
  }
}

function faultOf(error: unknown): CameraFault {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    return "denied";
  }
  return name === "NotReadableError" || name === "AbortError" ? "cameraBusy" : "noCamera";
}
