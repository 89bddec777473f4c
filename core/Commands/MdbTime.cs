using System.Globalization;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Times as mdb writes them (<c>%Y</c>), in UTC.</summary>
public static class MdbTime
{
    /// <summary><c>2007 Apr 10 11:29:00</c>, the day padded with a blank.</summary>
    /// <param name="seconds">Since 1970; what no calendar holds is written as a number.</param>
    public static string Text(long seconds)
    {
        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return seconds.ToString(CultureInfo.InvariantCulture);
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy} {time:MMM} {time.Day,2} {time:HH:mm:ss}");
    }
}
