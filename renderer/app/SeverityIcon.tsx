import type { HealthSeverity } from '../../shared/records.ts';
import { ErrorIcon, InfoIcon, WarningIcon } from './icons.tsx';

export function SeverityIcon({ severity }: { severity: HealthSeverity }) {
  if (severity === 'error') return <ErrorIcon />;
  return severity === 'warning' ? <WarningIcon /> : <InfoIcon />;
}
