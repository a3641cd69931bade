import type { InspectorString } from './english.ts';

/** The streaming inspector's words in Arabic. */
export const arabic: Readonly<Record<InspectorString, string>> = {
  inspector: 'مراقب التحميل',
  'inspector.close': 'أغلق مراقب التحميل',
  'inspector.resources': 'الموارد',
  'inspector.figures': 'أرقام التحميل',
  'column.class': 'الفئة',
  'column.name': 'المورد',
  'column.priority': 'الأولوية',
  'column.bytes': 'الحجم',
  'column.state': 'الحالة',
  'column.origin': 'المصدر',
  'column.time': 'الوقت',
  'state.waiting': 'ينتظر',
  'state.cache': 'القرص',
  'state.network': 'الشبكة',
  'state.retrying': 'يعيد المحاولة',
  'state.done': 'تم',
  'state.failed': 'فشل',
  'state.aborted': 'أُلغي',
  'state.decode': 'فك الترميز',
  'state.upload': 'رفع',
  'summary.way':
    'النافذة {inflight} من {window}   {speed} Mbit/s   زمن الذهاب والإياب {roundTrip} ms   {protocol}   ينتظر {waiting}   نشط {active}   يعيد {retrying}',
  'summary.protocol': 'بروتوكول غير معروف',
  'summary.totals':
    'الشبكة {received} في {requests} طلبات   المخزن {cache} في {hits}   مشترك {shared}   إعادات {retries}   مؤجل {preempted}   مهدر {wasted}',
  'summary.work':
    'فك الترميز {decoding} ({mode})   الرفع {uploading}   آخر إطار {bytes} في {ms} من {budget} ms   الأطول {longest} ms',
  'summary.workers': 'عمال',
  'summary.inline': 'الخيط الرئيسي',
  'summary.memory': 'الذاكرة {held} من {limit}   GPU {gpu}   الصفحة {page}   {heldBack} من الخامات مؤجلة',
  'summary.any': 'أي',
};
