// A program with a handle leak to look for, written for this sample: two threads that find no event yet both open it, and only the handle
// that was stored last is ever closed. Build as a 64-bit console program (cl /EHsc /Zi /std:c++17 EventLeak.cpp) and record it with
//   xperf -on PROC_THREAD+LOADER+OB_HANDLE -stackwalk HandleCreate+HandleClose+HandleDuplicate

#include <windows.h>

#include <array>
#include <stdexcept>
#include <string>
#include <thread>

class EventManager
{
public:
    explicit EventManager(int number) : m_number(number) {}
    EventManager(const EventManager&) = delete;
    EventManager& operator=(const EventManager&) = delete;

    ~EventManager()
    {
        if (m_event != nullptr)
        {
            ::CloseHandle(m_event);
        }
    }

    // The race: between the test and the assignment another thread may pass the test too. std::call_once would mend it.
    HANDLE GetOrCreateEvent()
    {
        if (m_event == nullptr)
        {
            m_event = CreateEventW();
        }
        return m_event;
    }

private:
    HANDLE CreateEventW() const
    {
        const std::wstring name = L"SignalEvent_" + std::to_wstring(m_number);
        const HANDLE event = ::CreateEventW(nullptr, TRUE, FALSE, name.c_str());
        if (event == nullptr)
        {
            throw std::runtime_error("the event cannot be created");
        }
        return event;
    }

    HANDLE m_event = nullptr;
    const int m_number;
};

class EventConsumer
{
public:
    void GetAndSignal(EventManager& manager) const
    {
        ::SetEvent(manager.GetOrCreateEvent());
    }
};

int main()
{
    for (int number = 0; number < 100; ++number)
    {
        EventManager manager(number);
        const auto work = [&manager] { EventConsumer().GetAndSignal(manager); };
        std::array<std::thread, 4> threads{std::thread(work), std::thread(work), std::thread(work), std::thread(work)};
        for (auto& thread : threads)
        {
            thread.join();
        }
    }
    return 0;
}
