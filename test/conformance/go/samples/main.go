// Reads profiles with google/pprof, and says what they hold in lines that do not depend on ids or order.
//
//	samples convert <folder> <file>...   writes each file, also one of the old formats, as <folder>/<index>.pb
//	samples merge <file>...              prints the samples of all files merged, sorted
//	samples dump <file>                  prints every field of a file, in the file's order
//	samples interesting <file>           prints the samples as pprof shows them, without what drop_frames names
//	samples top <file>                   prints what functions have themselves and in total then, by name, sorted
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/google/pprof/profile"
)

func main() {
	if len(os.Args) > 3 && os.Args[1] == "convert" {
		for i, name := range os.Args[3:] {
			convert(filepath.Join(os.Args[2], fmt.Sprintf("%d.pb", i)), name)
		}
		return
	}
	switch os.Args[1] {
	case "dump":
		dump(read(os.Args[2]))
		return
	case "interesting":
		p := read(os.Args[2])
		p.RemoveUninteresting() // pprof ignores its error, too
		for _, sample := range p.Sample {
			fmt.Println(describe(sample))
		}
		return
	case "top":
		top(read(os.Args[2]))
		return
	}
	var profiles []*profile.Profile
	for _, name := range os.Args[2:] {
		profiles = append(profiles, read(name))
	}
	merged, err := profile.Merge(profiles)
	check(err)
	var lines []string
	for _, sample := range merged.Sample {
		lines = append(lines, describe(sample))
	}
	sort.Strings(lines)
	fmt.Println(strings.Join(lines, "\n"))
}

func dump(p *profile.Profile) {
	for _, t := range p.SampleType {
		fmt.Printf("type %q %q\n", t.Type, t.Unit)
	}
	if t := p.PeriodType; t != nil && (t.Type != "" || t.Unit != "") {
		fmt.Printf("period type %q %q\n", t.Type, t.Unit)
	}
	fmt.Printf("default %q\ndrop %q\nkeep %q\nlink %q\n", p.DefaultSampleType, p.DropFrames, p.KeepFrames, p.DocURL)
	fmt.Printf("time %d\nduration %d\nperiod %d\n", p.TimeNanos, p.DurationNanos, p.Period)
	for _, comment := range p.Comments {
		fmt.Printf("comment %q\n", comment)
	}
	for _, m := range p.Mapping {
		fmt.Printf("mapping %d %d %d %q %q %t %t %t %t\n", m.Start, m.Limit, m.Offset, m.File, m.BuildID,
			m.HasFunctions, m.HasFilenames, m.HasLineNumbers, m.HasInlineFrames)
	}
	for _, sample := range p.Sample {
		fmt.Println(describe(sample))
	}
}

// top adds up what pprof -top shows: a function is its name, recursion counts once, addresses without one are left out.
func top(p *profile.Profile) {
	p.RemoveUninteresting()
	for i := range p.SampleType {
		flat, cum := map[string]int64{}, map[string]int64{}
		for _, sample := range p.Sample {
			seen := map[string]bool{}
			for depth, location := range sample.Location {
				for inlined, line := range location.Line {
					name := line.Function.Name
					if depth == 0 && inlined == 0 {
						flat[name] += sample.Value[i]
					}
					if !seen[name] {
						cum[name] += sample.Value[i]
					}
					seen[name] = true
				}
			}
		}
		for _, name := range sortedKeys(cum) {
			fmt.Printf("%d %q %d %d\n", i, name, flat[name], cum[name])
		}
	}
}

func convert(to, from string) {
	out, err := os.Create(to)
	check(err)
	check(read(from).WriteUncompressed(out))
	check(out.Close())
}

func read(name string) *profile.Profile {
	file, err := os.Open(name)
	check(err)
	defer file.Close()
	p, err := profile.Parse(file)
	if err != nil {
		check(fmt.Errorf("%s: %w", name, err))
	}
	return p
}

func describe(s *profile.Sample) string {
	var b strings.Builder
	for _, l := range s.Location {
		address := l.Address
		if l.Mapping != nil {
			address -= l.Mapping.Start
			id := l.Mapping.BuildID
			if id == "" {
				id = l.Mapping.File
			}
			fmt.Fprintf(&b, "%q", id)
		}
		fmt.Fprintf(&b, "+%d", address)
		for _, line := range l.Line {
			f := line.Function
			fmt.Fprintf(&b, " %q %q %q:%d:%d:%d", f.Name, f.SystemName, f.Filename, f.StartLine, line.Line, line.Column)
		}
		fmt.Fprintf(&b, " %t;", l.IsFolded)
	}
	for _, key := range sortedKeys(s.Label) {
		for _, value := range s.Label[key] {
			fmt.Fprintf(&b, " %q=%q", key, value)
		}
	}
	for _, key := range sortedKeys(s.NumLabel) {
		for i, value := range s.NumLabel[key] {
			unit := ""
			if units := s.NumUnit[key]; i < len(units) {
				unit = units[i]
			}
			fmt.Fprintf(&b, " %q=%d%q", key, value, unit)
		}
	}
	fmt.Fprintf(&b, " %v", s.Value)
	return b.String()
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
