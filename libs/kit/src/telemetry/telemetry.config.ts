import { z } from 'zod';
import { Config, setting } from '../config/config.js';

/** Where traces go. */
export class TelemetryConfig extends Config({
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(z.url().optional(), 'OpenTelemetry collector that takes traces over OTLP/HTTP, for example http://collector:4318; without it traces are not exported.'),
}) {}
