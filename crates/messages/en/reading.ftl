# Reading documents: why a file was refused, what is worth knowing about it, marks of secrecy.

reading-error-empty = The file is empty. Open it to check, then choose a file that has content.
reading-error-too-large = The file has { $actual } MB, more than the { $limit } MB allowed. Make it smaller (drop pictures, split it) and upload it again.
reading-error-encrypted = The file is protected by a password and cannot be read. Open it, remove the password, save it and upload it again.
reading-error-truncated = The end of the file is missing; perhaps a download or copy was not finished. Get the whole file and upload it again.
reading-error-damaged = The file is damaged and cannot be read. Open it in a word processor, save it as a new file and upload that.
reading-error-unsupported = { $found ->
    [doc] This is an old Word document (.doc). Open it in Word or LibreOffice, save it as .docx and upload that.
    [xls] This is an old Excel workbook (.xls). Open it in Excel or LibreOffice, save it as .xlsx and upload that.
    [xlsb] This is a binary Excel workbook (.xlsb). Open it in Excel, save it as .xlsx and upload that.
    [slides] This is a presentation. Upload the document itself as .docx, .pdf or .txt.
    [open-document] This is an OpenDocument file. Open it, save it as .docx (text) or .xlsx (spreadsheet) and upload that.
    [rtf] This is an .rtf file. Open it in Word or LibreOffice, save it as .docx and upload that.
    [html] This is a web page. Download the document itself (.docx or .pdf) and upload that.
    [xml] This is an XML file. Open it in the program that made it, save it as .docx and upload that.
    [image] Pictures of this kind are not read. Save it as .png, .jpg, .tif or .pdf and upload it again.
    [media] This is sound or video. Upload a document as .docx, .pdf or .txt.
    [archive] This is a compressed archive. Unpack it and upload the documents one by one.
    [program] This is a computer program, not a document. Do not open it unless you know where it comes from; choose a document instead.
   *[unknown] The kind of this file is not known. Upload a document as .docx, .pdf or .txt.
}
reading-error-too-many-scanned-pages = The file has { $actual } scanned pages, more than the { $limit } allowed. Split it into several files, or upload the original (.docx).
reading-error-picture-too-large = The picture has more than { $megapixels } million dots. Scan it anew at 300 dpi or make it smaller, then upload it.
reading-error-page-timeout = Recognising one scanned page took longer than { $seconds } seconds and was stopped. Scan it more clearly at 300 dpi, or upload the original (.docx).
reading-error-unrecognised = No letters were recognised in the scan. Take it again, sharp, upright and at 300 dpi, or upload the original (.docx).
reading-error-tool-missing = The file is a scan or an image, and the server lacks the program that recognises letters. Ask the administrator to install what is missing with “apt install { $packages }”, then read it again. Meanwhile you can upload the original (.docx).
reading-error-no-text-layer = The .pdf ({ $pages } pages) is a scan without text. Upload the original document (.docx), or recognise the text (OCR) and upload a searchable .pdf.
reading-error-unknown-encoding = The encoding of the file is not known. Open it in an editor, save it as Unicode (UTF-8) and upload it again.
reading-error-unpacks-too-large = The file unpacks to more than the { $limit } MB allowed. Drop pictures and embedded objects, save it and upload it again.
reading-error-too-many-parts = The file has more than { $limit } parts inside and was refused. Save it as a new file that keeps the text only.
reading-error-too-deep = The file is nested deeper than { $limit } levels and was refused. Copy its content into a new file and upload that.
reading-error-too-many-pages = The file has { $actual } pages, more than the { $limit } allowed. Split it and upload the parts one by one.
reading-error-too-long-text = The text is longer than { $limit } characters. Split the file and upload the parts one by one.
reading-error-too-many-cells = The tables of the file have more than { $limit } cells. Split the file, or delete empty rows and columns, and upload it again.
reading-error-not-a-list = The file is not a list in a spreadsheet. Choose an .xlsx or .csv file.
reading-error-timeout = Reading took longer than { $seconds } seconds and was stopped. Split the file into smaller parts and upload them.
reading-error-too-much-memory = Reading needed too much memory and was stopped. Split the file into smaller parts and upload them.
reading-error-tool-failed = A program that helps reading ({ $tool }) failed. Try again; if it keeps failing, tell the system's administrator.

reading-note-converted = The text was in the old encoding { $encoding } and was converted to Unicode. Check capitals and tone marks.
reading-note-mislabelled = The name ends in “.{ $ending }” but the content is { $found ->
    [text] plain text
    [docx] a Word document
    [xlsx] an Excel workbook
    [pdf] a PDF
    [image] a picture of a page
   *[unknown] of another kind
}; it was read by its content.
reading-note-unreadable-bytes = { $count } places in the file were no characters and stand as “�”.
reading-note-pages-without-text = Pages { $pages } have no text (scanned pages, perhaps) and were not read.
reading-note-recognised = { $pages } pages are scans whose letters were recognised: { $words } words{ $doubtful ->
    [0] {""}
   *[other] , of which { $doubtful } are uncertain
}. Compare figures, dates and names with the original.
reading-note-deletions-left-out = The file tracks changes: what is marked as deleted was not read.
reading-note-contents-left-out = The table of contents was left out, so that nothing is read twice.
reading-note-plain-pdf-reader = The .pdf was read by the fallback reader: columns and tables may be out of order. Compare with the original.

reading-secret-refused = The document bears the mark { $mark }. This system takes no state secrets; what was read has not been kept. Handle the document by the rules on the protection of state secrets.
