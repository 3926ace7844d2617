/** How to make a trace that Leaklanes can use, in one command each for start and stop. */
export function HowToRecord() {
  return (
    <div className="how-to">
      <p>In an administrator’s command prompt, with the Windows Performance Toolkit:</p>
      <pre tabIndex={0} aria-label="Commands that record a trace">
        <code>
          xperf -on PROC_THREAD+LOADER+OB_HANDLE ^{'\n'}
          {'      '}-stackwalk HandleCreate+HandleClose+HandleDuplicate{'\n'}
          xperf -d HandleLeak.etl
        </code>
      </pre>
      <p className="how-to-more">
        <code>leaklanes record</code> prints the commands for wpr and xperf, with file mappings or object references
        too, and <code>leaklanes record --run</code> records on this machine.
      </p>
    </div>
  );
}
