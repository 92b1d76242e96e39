#include "sim/trace/trace_log.h"

#include <algorithm>
#include <cstring>

namespace sim::trace {

namespace {

// Frames per entry of the arrival index. 20 million frames make 80,000 entries: a scan of all is tens of microseconds.
constexpr std::size_t kBlock = 256;

constexpr std::size_t kTtl = 22; ///< its place in a frame

/// hashOf mixes all bytes of a decision into the upper bits.
std::uint64_t hashOf(const Decision& decision) {
    std::uint64_t words[sizeof(Decision) / 8];
    std::memcpy(words, &decision, sizeof(decision));
    std::uint64_t hash = 0, factor = 0x9e37'79b9'7f4a'7c15;
    for (const std::uint64_t word : words) {
        hash += word * factor;
        factor = factor * 0xd134'2543'de82'ef95 + 2;
    }
    return hash;
}

bool same(const Decision& a, const Decision& b) { return std::memcmp(&a, &b, sizeof(Decision)) == 0; }

} // namespace

TraceLog::TraceLog() { intern({}); }

std::size_t TraceLog::firstAfter(kernel::SimTime time) const {
    const auto all = records();
    return std::size_t(
        std::upper_bound(all.begin(), all.end(), time, [](kernel::SimTime t, const Record& r) { return t < r.time; }) -
        all.begin());
}

std::size_t TraceLog::firstOfEvent(kernel::EventNo event) const {
    const auto all = records();
    return std::size_t(std::lower_bound(all.begin(), all.end(), event,
                                        [](const Record& r, kernel::EventNo e) { return r.event < e; }) -
                       all.begin());
}

std::vector<std::uint32_t> TraceLog::inFlight(kernel::SimTime time, std::size_t limit) const {
    // Frames stand in the order of `sent`, and none departs before that: what was sent later cannot be on the way yet.
    const auto all = frames();
    const auto end = std::size_t(std::upper_bound(all.begin(), all.end(), time,
                                                  [](kernel::SimTime t, const FrameTrace& f) { return t < f.sent; }) -
                                 all.begin());
    std::vector<std::uint32_t> found;
    for (std::size_t block = 0; block * kBlock < end; ++block) {
        if (mLatestArrival[block] <= time) continue;
        const std::size_t last = std::min(end, (block + 1) * kBlock);
        for (std::size_t i = block * kBlock; i < last; ++i) {
            if (mFrames[i].depart > time || time >= arrivalOf(i)) continue;
            if (found.size() == limit) return found;
            found.push_back(std::uint32_t(i));
        }
    }
    return found;
}

std::uint32_t TraceLog::wrapped(std::uint32_t frame) const {
    // What a tunnel took leaves by its device and goes nowhere: the frames that carry it were caused by it.
    for (std::uint32_t f = mFrames[frame].parent; f != kNoIndex && f < frame; f = mFrames[f].parent) {
        if (mFrames[f].from.valid() && !mFrames[f].to.valid()) return f;
        frame = f;
    }
    return kNoIndex;
}

std::vector<std::uint8_t> TraceLog::bytes(const FrameTrace& frame) const {
    const FrameBytes p = pieces(frame.index);
    std::vector<std::uint8_t> whole;
    whole.reserve(frame.length);
    whole.insert(whole.end(), p.first.begin(), p.first.end());
    whole.insert(whole.end(), p.second.begin(), p.second.end());
    return whole;
}

FrameBytes TraceLog::pieces(std::uint32_t frame) const {
    const PackedFrame& f = mFrames[frame];
    if (f.length() == 0) return {};
    const std::size_t head = lengthOf(f.head());
    return {{head ? stored(f.headAt) : nullptr, head}, {stored(f.tailAt) + head, f.length() - head}};
}

std::uint32_t TraceLog::keep(std::span<const std::uint8_t> bytes) {
    const std::size_t size = (bytes.size() + kByteUnit - 1) / kByteUnit * kByteUnit;
    std::uint8_t* const to = mBytes.extend(size);
    std::memcpy(to, bytes.data(), bytes.size());
    return std::uint32_t((mBytes.size() - size) / kByteUnit);
}

std::uint32_t TraceLog::keepHead(std::span<const std::uint8_t> bytes, Head head) {
    constexpr std::size_t kRoom = (lengthOf(Head::Routed) + kByteUnit - 1) / kByteUnit * kByteUnit;
    if (head != Head::Routed || bytes.size() < kRoom) return keep(bytes.first(lengthOf(head)));
    std::memcpy(mBytes.extend(kRoom), bytes.data(), kRoom); // a size that the compiler knows: no call, no loop
    return std::uint32_t((mBytes.size() - kRoom) / kByteUnit);
}

TraceLog::Place TraceLog::placeOf(std::uint32_t parent, std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) return {};
    if (parent != kNoIndex && mFrames[parent].length() == bytes.size()) {
        const PackedFrame& p = mFrames[parent];
        const std::uint8_t* const tail = stored(p.tailAt);
        const auto same = [&](Head head) {
            const std::size_t from = lengthOf(head);
            return from <= bytes.size() && head >= p.head() &&
                   std::memcmp(bytes.data() + from, tail + from, bytes.size() - from) == 0;
        };
        const Head changed = same(Head::Routed) ? Head::Routed : same(Head::Translated) ? Head::Translated : Head::None;
        if (changed != Head::None) {
            const auto asIn = [&](const std::uint8_t* first) {
                // The TTL first: a router changed it, and what it wrote just now can be read one by one, but not yet in
                // large pieces.
                return bytes[kTtl] == first[kTtl] && std::memcmp(bytes.data(), first, lengthOf(changed)) == 0;
            };
            if (p.head() == changed && asIn(stored(p.headAt))) return {p.headAt, p.tailAt, changed, 0};
            if (p.head() == Head::None && asIn(tail)) return {0, p.tailAt, Head::None, 0};
            return {keepHead(bytes, changed), p.tailAt, changed, PackedFrame::kOwnHead};
        }
    }
    return {0, keep(bytes), Head::None, PackedFrame::kOwnTail};
}

std::uint32_t TraceLog::add(const FrameTrace& frame, std::span<const std::uint8_t> bytes) {
    const auto index = std::uint32_t(mFrames.size());
    std::uint32_t parent = frame.parent == kNoIndex ? mFrame : frame.parent;
    if (parent >= index) parent = kNoIndex; // sent before this log began: another one knows it, or none
    const Place at = placeOf(parent, bytes);
    const auto way = std::uint64_t((frame.arrive - frame.depart).count());
    const std::uint32_t kind =
        (frame.copy ? PackedFrame::kCopy : 0) | (frame.link == wire::LinkType::RawIp ? PackedFrame::kRawIp : 0);
    mFrames.append({frame.depart, std::uint32_t(way), frame.from, frame.to, std::uint32_t(mRecords.size()), parent,
                    at.headAt, at.tailAt,
                    PackedFrame::pack(std::uint32_t(bytes.size()), frame.lost, at.head, at.own | kind)});
    if (way >= PackedFrame::kFar) [[unlikely]]
        setArrival(index, frame.arrive);
    if (index % kBlock == 0)
        mLatestArrival.push_back(frame.arrive);
    else
        mLatestArrival.back() = std::max(mLatestArrival.back(), frame.arrive);
    return index;
}

void TraceLog::mark(kernel::DeviceId device) { markNow(device); }

void TraceLog::beginPiece() {
    const auto mark = std::uint32_t(mMarks.size() - 1);
    if (mRecords.size() % PackedRecord::kPerPiece == 0) mFirstMarks.push_back(mark);
    mFirstMark = mFirstMarks.back();
    mMarkBits = PackedRecord::bitsOf(mark - mFirstMark);
    mRecords.makeRoom(1);
}

void TraceLog::setArrival(std::uint32_t frame, kernel::SimTime arrive) {
    PackedFrame& f = mFrames.change(frame);
    const auto way = std::uint64_t((arrive - f.depart).count()); // before it departed: far, too
    f.way = way < PackedFrame::kFar ? std::uint32_t(way) : PackedFrame::kFar;
    if (f.way == PackedFrame::kFar)
        mFarArrivals[frame] = arrive;
    else
        mFarArrivals.erase(frame);
}

std::uint32_t TraceLog::frameSent(kernel::DeviceId device, const FrameTrace& frame,
                                  std::span<const std::uint8_t> bytes) {
    const auto index = add(frame, bytes);
    append(RecordKind::FrameSent, 0, device, index);
    return index;
}

std::uint32_t TraceLog::frameUnwrapped(kernel::DeviceId device, const FrameTrace& frame,
                                       std::span<const std::uint8_t> bytes) {
    const auto index = add(frame, bytes);
    frameReceived(device, index);
    return index;
}

void TraceLog::frameLost(std::uint32_t frame, kernel::SimTime when, DropReason why) {
    if (frame >= mFrames.size()) return; // sent before this log began
    mLosses.push_back({mEventNo, frame, arrivalOf(frame), mFrames[frame].lost()});
    setArrival(frame, when);
    mFrames.change(frame).setLost(why);
    auto& latest = mLatestArrival[frame / kBlock];
    latest = std::max(latest, when);
}

std::uint32_t TraceLog::place(const Decision& decision) {
    // The packets of a flow find the same rows again and again: the same decision is kept once.
    std::uint32_t* const recent = &mRecent[hashOf(decision) >> (64 - kRememberedBits) & ~std::uint64_t(1)];
    std::uint32_t index = recent[0];
    if (index == 0 || !same(mDecisions[index - 1], decision)) {
        index = recent[1];
        if (index == 0 || !same(mDecisions[index - 1], decision)) {
            mDecisions.append(decision);
            index = std::uint32_t(mDecisions.size());
            recent[1] = recent[0];
            recent[0] = index;
        }
    }
    return index - 1;
}

TextId TraceLog::intern(std::string_view text) {
    if (const auto it = mInterned.find(text); it != mInterned.end()) return it->second;
    const TextId id{std::uint32_t(mStrings.size())};
    mStrings.emplace_back(text);
    mInterned.emplace(text, id);
    // Two strings and a node with its place in the table; a string of more than 15 bytes has them elsewhere.
    mTextBytes +=
        2 * sizeof(std::string) + 48 + (text.size() > 15 ? 2 * ((text.size() + 1 + 8 + 15) & ~std::size_t{15}) : 0);
    return id;
}

void TraceLog::truncate(kernel::EventNo event) {
    while (!mLosses.empty() && mLosses.back().event > event) {
        const Loss& loss = mLosses.back();
        setArrival(loss.frame, loss.arrive);
        mFrames.change(loss.frame).setLost(loss.lost);
        auto& latest = mLatestArrival[loss.frame / kBlock];
        latest = std::max(latest, loss.arrive);
        mLosses.pop_back();
    }
    while (!mSecrets.empty() && mSecrets.back().event > event)
        mSecrets.pop_back();
    const std::size_t keep = firstOfEvent(event + 1);
    if (keep < mRecords.size()) mMarks.resize(markIndexOf(keep));
    // Frames stand in the order of the records in which they were sent, or came out of a tunnel.
    std::size_t frames = mFrames.size();
    while (frames > 0 && mFrames[frames - 1].sentRecord >= keep)
        --frames;
    for (std::size_t i = frames; i < mFrames.size(); ++i) {
        const PackedFrame& f = mFrames[i];
        if ((f.what & (PackedFrame::kOwnHead | PackedFrame::kOwnTail)) == 0) continue;
        mBytes.resize(std::size_t(f.what & PackedFrame::kOwnTail ? f.tailAt : f.headAt) * kByteUnit);
        break;
    }
    mRecords.resize(keep);
    mFirstMarks.resize((keep + PackedRecord::kPerPiece - 1) / PackedRecord::kPerPiece);
    mFrames.resize(frames);
    std::erase_if(mFarArrivals, [&](const auto& far) { return far.first >= frames; });
    // The block that is cut keeps a time that may be later than any in it: that costs a look, not an answer.
    mLatestArrival.resize((frames + kBlock - 1) / kBlock);
    mAbout = kNothing;
    mFrame = kNoIndex;
    // Strings and decisions stay: records name them by number, and the same will be needed again.
}

std::size_t TraceLog::memoryBytes() const {
    constexpr std::size_t kFarBytes = 56; // a node with its place in the table
    return sizeof(*this) + mMarks.allocatedBytes() + mRecords.allocatedBytes() + mFrames.allocatedBytes() +
           mDecisions.allocatedBytes() + mBytes.allocatedBytes() + mLatestArrival.capacity() * sizeof(kernel::SimTime) +
           mLosses.capacity() * sizeof(Loss) + mFirstMarks.capacity() * sizeof(std::uint32_t) +
           mSecrets.capacity() * sizeof(Secret) + mFarArrivals.size() * kFarBytes + mTextBytes;
}

std::size_t TraceLog::usedBytes() const {
    return mMarks.size() * sizeof(EventMark) + mRecords.size() * sizeof(PackedRecord) +
           mFrames.size() * sizeof(PackedFrame) + mDecisions.size() * sizeof(Decision) + mBytes.size() + mTextBytes;
}

} // namespace sim::trace
