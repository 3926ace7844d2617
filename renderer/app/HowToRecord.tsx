/** How to make a trace that Leaklanes can use, in one command each for start and stop. */
export function HowToRecord() {
  return (
    <div className="how-to">
      <p>In an administrator’s command prompt, with the Windows Performance Toolkit:</p>
      <pre>
        <code>
          xperf -on PROC_THREAD+LOADER+OB_HANDLE ^{'\n'}
          {'      '}-stackwalk HandleCreate+HandleClose+HandleDuplicate{'\n'}
          xperf -d HandleLeak.etl
        </code>
      </pre>
    </div>
  );
}
